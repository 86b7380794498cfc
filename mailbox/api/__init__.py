"""JSON for machines: the sender API `/aanlever/v1` and its OAuth. Parse, call one service, shape the answer."""
