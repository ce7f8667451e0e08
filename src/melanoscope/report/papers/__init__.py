"""Papers to hand in: a model card and reviewers' checklists, filled from what was logged and blank elsewhere."""
