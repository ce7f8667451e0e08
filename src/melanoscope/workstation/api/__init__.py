"""The REST API: what the pages do, for programs. Its types are those that services take and give."""
