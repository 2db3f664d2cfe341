"""A public test set for voice assistants that sit between two people: see README.md."""
