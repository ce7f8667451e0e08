"""The web application: a worklist where alerts are seen first, judged, signed and never lost: docs/workstation.md."""
