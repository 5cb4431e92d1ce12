"""Speech sent to a server: OpenAI's dialect, and everything that speaks it."""
