"""Conversation: understanding free text, dialogue, wording, sessions and the terminal."""
