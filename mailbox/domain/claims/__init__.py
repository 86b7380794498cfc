"""Claims: the letters of one matter (zaak), and the money that is asked in it. Pure, a fold over letters.

`roles` says what a letter does to a debt, `matters` which letters belong together, `debts` what each bill has become;
`claims` is the whole, `lines` what an overview needs of it, `tasks` what is to be done by when, and `said` what the
citizen says of it. `fcid` and `fcid_debts` tell debts as payment overviews do; `sources` are the bodies that collect.
"""
