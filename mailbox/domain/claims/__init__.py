"""Claims: the letters of one matter (zaak), and the money that is asked in it. Pure, a fold over letters.

`roles` says what a letter does to a debt, `matters` which letters belong together, `debts` what each bill has become;
`claims` is the whole.
"""
