"""Write a report of a check as text, JSON, GitHub annotations, SARIF or JUnit XML."""
