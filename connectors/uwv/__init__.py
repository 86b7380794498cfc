"""UWV: unemployment benefit, income to report, fines and money to pay back."""
