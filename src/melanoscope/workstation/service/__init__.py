"""What pages and API do alike: each function takes a session and who acts, and writes its row of the audit log."""
