"""Reads .eml files as other people's programs do, with Python's own library, and prints them as a JSON array."""

import email
import email.policy
import json
import sys

messages = []
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    messages.append(
        {
            "headers": [[name, str(value)] for name, value in message.items()],
            "to": [[address.display_name, address.addr_spec] for address in message["To"].addresses],
            "from": [[address.display_name, address.addr_spec] for address in message["From"].addresses],
            "type": message.get_content_type(),
            "parts": [[part.get_content_type(), part.get_content_charset(), part.get_content()] for part in parts],
            "defects": [str(defect) for part in message.walk() for defect in part.defects],
        }
    )
json.dump(messages, sys.stdout)
