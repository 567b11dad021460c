"""What requests to any CRM over HTTP share: session, answers, verdicts, repetition, counting."""
