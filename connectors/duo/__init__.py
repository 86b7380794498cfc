"""DUO: grants for study, study debt, the travel card."""
