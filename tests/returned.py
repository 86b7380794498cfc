"""Mail that came back, as mail servers write it, about the message with KEY. Names and addresses are fictional."""

from __future__ import annotations

KEY = bytes.fromhex("00112233445566778899aabbccddeeff")

POSTFIX = b"""\
Return-Path: <>
From: MAILER-DAEMON@dienst.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: post@dienst.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="0A1B2C3D4E.1795000000/mail.dienst.example"
Message-Id: <20261128033000.5F6A7B8C9D@mail.dienst.example>

This is a MIME-encapsulated message.

--0A1B2C3D4E.1795000000/mail.dienst.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mail.dienst.example.

<iemand@voorbeeld.example>: host mx.voorbeeld.example[192.0.2.7] said: 550 5.1.1
    <iemand@voorbeeld.example>: Recipient address rejected: User unknown (in
    reply to RCPT TO command)

--0A1B2C3D4E.1795000000/mail.dienst.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.dienst.example
X-Postfix-Queue-ID: 0A1B2C3D4E
X-Postfix-Sender: rfc822; post@dienst.example
Arrival-Date: Sat, 28 Nov 2026 03:29:58 +0000 (UTC)

Final-Recipient: rfc822; iemand@voorbeeld.example
Original-Recipient: rfc822;iemand@voorbeeld.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.voorbeeld.example
Diagnostic-Code: smtp; 550 5.1.1 <iemand@voorbeeld.example>: Recipient address
    rejected: User unknown

--0A1B2C3D4E.1795000000/mail.dienst.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <post@dienst.example>
From: Mijnoverzicht <post@dienst.example>
To: iemand@voorbeeld.example
Subject: Er is post voor u in Mijnoverzicht
Date: Sat, 28 Nov 2026 03:29:58 +0000
Message-ID: <00112233445566778899aabbccddeeff@dienst.example>
Auto-Submitted: auto-generated

--0A1B2C3D4E.1795000000/mail.dienst.example--
"""

POSTFIX_DELAYED = POSTFIX.replace(b"Action: failed\nStatus: 5.1.1", b"Action: delayed\nStatus: 4.4.1")

EXCHANGE = b"""\
From: postmaster@voorbeeld.example
To: post@dienst.example
Date: Sat, 28 Nov 2026 03:30:02 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="9b7a6c5d-aaaa-bbbb-cccc-0123456789ab"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: nl-NL
Message-ID: <d4c3b2a1-1111-2222-3333-444455556666@voorbeeld.example>
In-Reply-To: <00112233445566778899aabbccddeeff@dienst.example>
Subject: Onbestelbaar: Er is post voor u in Mijnoverzicht
Auto-Submitted: auto-replied

--9b7a6c5d-aaaa-bbbb-cccc-0123456789ab
Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: base64

VXcgYmVyaWNodCBrb24gbmlldCB3b3JkZW4gYmV6b3JnZC4=

--inner--

--9b7a6c5d-aaaa-bbbb-cccc-0123456789ab
Content-Type: message/delivery-status

Reporting-MTA: dns;VI1PR00MB0000.eurprd00.prod.voorbeeld.example
Received-From-MTA: dns;mail.dienst.example
Arrival-Date: Sat, 28 Nov 2026 03:30:00 +0000

Final-Recipient: rfc822;iemand@voorbeeld.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup

--9b7a6c5d-aaaa-bbbb-cccc-0123456789ab
Content-Type: message/rfc822

Received: from mail.dienst.example (192.0.2.9) by
 VI1PR00MB0000.eurprd00.prod.voorbeeld.example; Sat, 28 Nov 2026 03:30:00 +0000
From: Mijnoverzicht <post@dienst.example>
To: iemand@voorbeeld.example
Subject: Er is post voor u in Mijnoverzicht
Message-ID: <00112233445566778899aabbccddeeff@dienst.example>
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"

Hallo

--9b7a6c5d-aaaa-bbbb-cccc-0123456789ab--
"""

GMAIL = b"""\
Return-Path: <>
To: post@dienst.example
From: Mail Delivery Subsystem <mailer-daemon@voorbeeld.example>
Content-Type: multipart/report; boundary="000000000000a1b2c305"; report-type=delivery-status
References: <00112233445566778899aabbccddeeff@dienst.example>
Subject: Delivery Status Notification (Failure)
Message-ID: <6567aa00.050a0220.aaaaa.bbbb.GMR@mx.voorbeeld.example>

--000000000000a1b2c305
Content-Type: multipart/related; boundary="000000000000a1b2cc06"

--000000000000a1b2cc06
Content-Type: text/plain; charset="UTF-8"

** Address not found **

--000000000000a1b2cc06--
--000000000000a1b2c305
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Fri, 27 Nov 2026 19:30:00 -0800 (PST)
X-Original-Message-ID: <00112233445566778899aabbccddeeff@dienst.example>

Final-Recipient: rfc822; iemand@voorbeeld.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
Last-Attempt-Date: Fri, 27 Nov 2026 19:30:01 -0800 (PST)

--000000000000a1b2c305
Content-Type: message/rfc822

From: Mijnoverzicht <post@dienst.example>
To: iemand@voorbeeld.example
Subject: Er is post voor u in Mijnoverzicht
Message-ID: <00112233445566778899aabbccddeeff@dienst.example>

Hallo

--000000000000a1b2c305--
"""
