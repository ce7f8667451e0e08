"""What leaves the workstation: signed events to webhooks, and e-mail. Never a photograph, never a patient."""
