"""Runs strata and reads what it prints."""
import csv
import glob
import io
import os
import subprocess


class Program:
    def __init__(self, binary, scratch):
        self.binary = binary
        self.scratch = scratch
        self.imported = {}

    def run(self, *arguments, store):
        command = [self.binary, *arguments, "--store", store]
        done = subprocess.run(command, capture_output=True)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}\nexit {done.returncode}\n{done.stderr.decode()}")
        return done.stdout

    def rows(self, *arguments, store):
        """The CSV rows as dictionaries of text."""
        text = self.run(*arguments, "--format", "csv", store=store).decode("utf-8")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def store_of(self, folder, prefix, newest=None):
        """A store with the dated CSV files of the folder (all, or the newest so many); made once. Returns the store and the {date: file}."""
        files = {os.path.basename(f)[len(prefix):].split(".")[0]: f for f in glob.glob(f"{folder}/{prefix}*.csv.gz")}
        files = {date: files[date] for date in sorted(files)[-newest if newest else 0:]}
        store = os.path.join(self.scratch, f"store-{len(self.imported)}-{prefix}")
        if (folder, newest) in self.imported:
            return self.imported[folder, newest], files
        for date, file in files.items():
            self.run("import", "csv", file, "--date", date, "--max-bad", "5%", store=store)
        self.imported[folder, newest] = store
        return store, files
