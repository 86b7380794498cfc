"""The law as code: pure, and its rules as data with their article and date of force.

`calendar` says which days count, `terms` how a term runs, `term_rules` which term a letter has; `given_dates` holds
the dates in a letter against them.
"""
