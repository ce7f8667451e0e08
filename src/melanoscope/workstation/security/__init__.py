"""Who may do what: passwords, sessions, roles, CSRF tokens, headers and limits."""
