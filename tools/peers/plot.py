"""Draws how cost grows with size. usage: plot.py scale.csv scale.svg"""
import csv
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt


def scale(source, picture):
    with open(source, newline="") as text:
        lines = list(csv.DictReader(text))
    jobs = list(dict.fromkeys(line["job"] for line in lines))
    figure, (time, memory) = plt.subplots(1, 2, figsize=(11, 4.2))
    for job in jobs:
        own = [line for line in lines if line["job"] == job]
        links = [int(line["links"]) for line in own]
        time.plot(links, [float(line["cpu_seconds"]) / n * 1e9 for line, n in zip(own, links)], marker="o", label=job)
        memory.plot(links, [float(line["peak_mib"]) for line in own], marker="o", label=job)
    for axes, title, unit in ((time, "processor time", "ns a link"), (memory, "peak resident memory", "MiB")):
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_title(title)
        axes.set_xlabel("links")
        axes.set_ylabel(unit)
        axes.grid(True, which="both", alpha=0.25)
    time.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(picture, metadata={"Date": None})


if __name__ == "__main__":
    scale(*sys.argv[1:])
