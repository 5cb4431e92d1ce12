"""The sound side: what a media file holds, and its samples. Runs in the worker process."""
