"""Measures the models on any folder of recordings with the text that is spoken in them.

clips      the recordings of a folder, each with its text and language
normalise  what two texts may differ in without an error
score      errors counted, and added up
report     what was measured, as JSON
measure    one model on many clips
tables     a report as Markdown
compare    two reports held against each other
plot       a report as a picture
"""
