"""What is sent to a CRM: letters that wait, who sends them, and how many requests were made."""
