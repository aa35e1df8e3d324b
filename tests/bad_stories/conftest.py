"""The files here are refused by `tests/scenarios/test_bad_stories.py`; they are no tests."""

collect_ignore_glob = ["*.story.yaml"]
