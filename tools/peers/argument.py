"""Types for argparse: what is no number of a range, no file or no folder ends the program with status 2 and a line that says so."""
import argparse
import os
import re


def number(lowest, highest):
    def parsed(text):
        try:
            value = int(text)
        except ValueError:
            value = None
        if value is None or not lowest <= value <= highest:
            raise argparse.ArgumentTypeError(f"{text!r}: give a number from {lowest} to {highest}")
        return value

    return parsed


def numbers(lowest, highest, may_be_none=False):
    """Some, with commas; may_be_none: an empty text is none."""
    one = number(lowest, highest)
    return lambda text: [] if may_be_none and not text else [one(part) for part in text.split(",")]


def some_of(names):
    def parsed(text):
        chosen = text.split(",")
        for name in chosen:
            if name not in names:
                raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(names)}")
        return chosen

    return parsed


def size(text):
    """As strata's --memory takes it."""
    if not re.fullmatch("[1-9][0-9]*[MG]", text):
        raise argparse.ArgumentTypeError(f"{text!r}: give a size such as 512M or 6G")
    return text


def file(path):
    if not os.path.isfile(path):
        raise argparse.ArgumentTypeError(f"{path!r} is no file")
    return path


def folder_with(*names):
    """A folder that holds these files."""
    def parsed(path):
        missing = [name for name in names if not os.path.isfile(os.path.join(path, name))]
        if missing or not os.path.isdir(path):
            what = f"has no {', no '.join(missing)}" if os.path.isdir(path) else "is no folder"
            raise argparse.ArgumentTypeError(f"{path!r} {what}")
        return path

    return parsed
