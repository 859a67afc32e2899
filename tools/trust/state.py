"""What a store says, apart from when it was written."""
import json
import os
import re


def read(path):
    with open(path, "rb") as file:
        return file.read()


def of_snapshot(folder):
    """The manifest without times and checksums of itself, and the bytes of every file that it lists."""
    manifest = json.loads(read(f"{folder}/manifest.json"))
    for member in ("xxh64", "contents"):
        manifest.pop(member, None)
    for member in ("importedAt", "softwareVersion", "requestIDs"):
        manifest["provenance"].pop(member, None)
    columns = {column["file"]: read(f"{folder}/{column['file']}") for column in manifest["columns"]}
    derived = {}
    for result in manifest.pop("derived"):
        # A result that took another's place has a number behind its name.
        derived[result["name"]] = [
            (re.sub(r"\.\d+$", "", column["file"]), read(f"{folder}/{column['file']}")) for column in result["columns"]]
    return manifest, columns, derived


def of_figures(path):
    """A file of a provider's figures, without times and its checksum; in parts as a snapshot has them."""
    file = json.loads(read(path))
    file.pop("xxh64", None)
    for member in ("importedAt", "softwareVersion", "requestIDs"):
        file["source"].pop(member, None)
    for figure in file["figures"]:
        figure.pop("fetchedAt", None)
    return file, {}, {}


def entries(folder):
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def of_store(store):
    """By snapshot, and by file of figures: these are promised as much as snapshots are. What a writer of figures has begun isn't there yet."""
    found = {name: of_snapshot(f"{store}/snapshots/{name}") for name in entries(f"{store}/snapshots")}
    return found | {
        f"figures/{name}": of_figures(f"{store}/figures/{name}") for name in entries(f"{store}/figures") if not name.endswith(".tmp")}


def snapshots(found):
    """The names of a state's snapshots, ascending."""
    return sorted(name for name in found if not name.startswith("figures/"))


def without_ranks(found):
    """What snapshots say themselves, apart from results that any command may compute and keep."""
    return {name: parts[:2] for name, parts in found.items()}


def is_piecewise(found, states):
    """Whether each snapshot, and each file of figures, is as it is in one of the states, or is missing as it is there."""
    names = found.keys() | {name for one in states for name in one}
    return all(any(found.get(name) == one.get(name) for one in states) for name in names)


def leftovers(store):
    """What a dead writer left in the store's staging folder."""
    return entries(f"{store}/staging")


def unfinished_figures(store):
    """What a dead writer left beside the figures. Only the next writer of figures clears that up, others never look there."""
    return [name for name in entries(f"{store}/figures") if name.endswith(".tmp")]


def differences(found, expected):
    """A few words about each difference between two states."""
    said = []
    for name in sorted(found.keys() | expected.keys()):
        if name not in found or name not in expected:
            said.append(f"{name} is {'missing' if name not in found else 'too much'}")
            continue
        for part, (left, right) in zip(("manifest", "columns", "ranks"), zip(found[name], expected[name])):
            if left != right:
                names = [key for key in left.keys() | right.keys() if left.get(key) != right.get(key)]
                said.append(f"{part} of {name}: {', '.join(sorted(names))}")
    return "; ".join(said)
