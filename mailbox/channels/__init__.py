"""The ways to people: adapters of `ports.Channel`. The only user of `smtplib`."""
