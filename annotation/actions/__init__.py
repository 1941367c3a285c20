"""Changes of annotation. Each takes the actor, checks, acts in one transaction, writes the audit line."""
