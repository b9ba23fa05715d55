"""Pictures of the results, one SVG each."""

import matplotlib

matplotlib.use("svg")  # no display
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.lines import Line2D  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator  # noqa: E402

INKWELL, REFERENCE, THIRD = "#1f5fa8", "#8a8f98", "#d9822b"
COLOURS = {"Inkwell": INKWELL, "no-op gRPC server": REFERENCE, "synchronous INSERT": THIRD}
SHADES = ("#9fc3e8", "#4f8fcf", "#1f5fa8", "#0b2f5c")

plt.rcParams.update({
    "font.family": "sans-serif", "font.size": 10, "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": True, "grid.color": "#e3e5e8",
    "axes.axisbelow": True, "axes.titlesize": 11, "axes.titleweight": "bold",
    "axes.titlelocation": "left", "legend.frameon": False, "lines.linewidth": 1.8,
    "lines.markersize": 5, "svg.hashsalt": "inkwell", "figure.constrained_layout.use": True})


def short(value, _=None):
    """10000 -> 10k"""
    for size, suffix in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{suffix}"
    return f"{value:g}"


SHORT = FuncFormatter(short)
PLAIN = FuncFormatter(lambda value, _: f"{value:g}")


def log_milliseconds(axis):
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(PLAIN)
    axis.set_minor_locator(NullLocator())


def only_ticks(axis, values):
    """Of a logarithmic axis: what was measured, and nothing in between."""
    axis.set_ticks(values)
    axis.set_major_formatter(SHORT)
    axis.set_minor_locator(NullLocator())


def draw(results, folder):
    """Draws what there is a series for; returns the files."""
    files = []
    for name, plot in PLOTS.items():
        if not all(series in results.series for series in plot.needs):
            continue
        figure = plot(*(results.series[series] for series in plot.needs))
        files.append(folder / f"{name}.svg")
        figure.savefig(files[-1], metadata={"Date": None})
        plt.close(figure)
    return files


def needs(*series):
    def mark(plot):
        plot.needs = series
        return plot
    return mark


@needs("offered_load")
def offered_load(series):
    figure, (achieved, latency) = plt.subplots(1, 2, figsize=(10, 4))
    most = max(point["offered"] for points in series.values() for point in points)
    achieved.plot([0, most], [0, most], color="#c9ccd1", linewidth=1, linestyle=":",
                  label="all that is offered")
    for name, points in series.items():
        offered = [point["offered"] for point in points]
        style = {"color": COLOURS[name], "marker": "o"}
        achieved.plot(offered, [point["achieved"] for point in points], label=name, **style)
        latency.plot(offered, [point["p99_ms"] for point in points], **style)
        latency.plot(offered, [point["p50_ms"] for point in points], color=COLOURS[name],
                     linestyle="--")
    achieved.set(title="Acknowledged", xlabel="offered, comments/s",
                 ylabel="acknowledged, comments/s", xlim=(0, None), ylim=(0, None))
    latency.set(title="Latency of an acknowledgement", xlabel="offered, comments/s",
                ylabel="ms", yscale="log", xlim=(0, None))
    log_milliseconds(latency.yaxis)
    achieved.yaxis.set_major_formatter(SHORT)
    for axes in (achieved, latency):
        axes.xaxis.set_major_formatter(SHORT)
    achieved.legend()
    latency.legend(handles=[Line2D([], [], color="black", marker="o", label="p99"),
                            Line2D([], [], color="black", linestyle="--", label="p50")])
    return figure


@needs("latency_percentiles")
def latency_percentiles(series):
    figure, axes = plt.subplots(figsize=(6.4, 4))
    labels = {"p50": "p50", "p90": "p90", "p99": "p99", "p99_9": "p99.9", "max": "max"}
    for name, points in series["servers"].items():
        medians = [points[key]["median"] for key in labels]
        axes.plot(list(labels.values()), medians, marker="o", color=COLOURS[name], label=name)
        axes.fill_between(list(labels.values()), [points[key]["min"] for key in labels],
                          [points[key]["max"] for key in labels], color=COLOURS[name], alpha=0.15,
                          linewidth=0)
    axes.set(title=f"Latency at {series['offered_per_second']:,.0f} comments/s",
             xlabel="percentile of acknowledgements", ylabel="ms", yscale="log")
    log_milliseconds(axes.yaxis)
    axes.legend()
    return figure


@needs("flush_grid")
def flush_grid(points):
    workers = sorted({point["workers"] for point in points})
    figure, panels = plt.subplots(1, len(workers), figsize=(3.4 * len(workers), 4), sharey=True,
                                  squeeze=False)
    for axes, count in zip(panels[0], workers):
        mine = [point for point in points if point["workers"] == count]
        batches = [point["batch_rows"] for point in mine]
        for key, name, colour in (("copy", "raw binary COPY", REFERENCE),
                                  ("flush", "Inkwell's flush", INKWELL)):
            axes.plot(batches, [point[key]["median"] for point in mine], marker="o", label=name,
                      color=colour)
            axes.fill_between(batches, [point[key]["min"] for point in mine],
                              [point[key]["max"] for point in mine], color=colour, alpha=0.15,
                              linewidth=0)
        axes.set(title=f"{count} connection{'s' if count > 1 else ''}", xscale="log",
                 xlabel="rows in a batch")
        only_ticks(axes.xaxis, batches)
        axes.yaxis.set_major_formatter(SHORT)
    panels[0][0].set(ylabel="rows/s", ylim=(0, None))
    panels[0][0].legend(fontsize=9, loc="lower right")
    return figure


@needs("flusher_memory", "ingest_memory")
def memory(flusher, ingest):
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    backlogs = [point["backlog"] for point in flusher]
    left.plot(backlogs, [point["peak_rss_bytes"] / 2**20 for point in flusher], marker="o",
              color=INKWELL, label="peak")
    left.axhline(64, color=THIRD, linestyle=":", label="limit")
    left.set(title="Flusher, draining a backlog", xlabel="comments pending", xscale="log",
             ylabel="resident memory, MiB", ylim=(0, None))
    only_ticks(left.xaxis, backlogs)
    accepted = [point["accepted"] for point in ingest["points"]]
    right.plot(accepted, [point["rss_bytes"] / 2**20 for point in ingest["points"]], marker="o",
               color=INKWELL, label="ingest")
    right.axhline(ingest["window_mib"], color=THIRD, linestyle=":",
                  label=f"its window, --retain_bytes={ingest['window_mib']}MiB")
    right.set(title="Ingest, with nobody draining", xlabel="comments accepted",
              ylabel="resident memory, MiB", xlim=(0, None), ylim=(0, None))
    right.xaxis.set_major_formatter(SHORT)
    for axes in (left, right):
        axes.legend(loc="lower right")
    return figure


@needs("cost")
def cost(points):
    figure, axes = plt.subplots(figsize=(6.4, 4))
    for shade, partitions in zip(SHADES, sorted({point["partitions"] for point in points})):
        mine = [point for point in points if point["partitions"] == partitions]
        backlogs = [point["backlog"] for point in mine]
        axes.plot(backlogs, [point["total"]["median"] for point in mine], marker="o",
                  color=shade, label=f"{partitions} partition{'s' if partitions > 1 else ''}")
        axes.plot(backlogs, [point["copy"]["median"] for point in mine], linestyle=":",
                  color=shade)
    axes.set(title="Cost of draining a comment", xlabel="comments pending", xscale="log",
             ylabel="µs of CPU: flusher, Redis and Postgres", ylim=(0, None))
    only_ticks(axes.xaxis, sorted({point["backlog"] for point in points}))
    lines, labels = axes.get_legend_handles_labels()
    copy = Line2D([], [], color="black", linestyle=":")
    axes.legend([*lines, copy], [*labels, "raw COPY of as many rows"], loc="lower right")
    return figure


PLOTS = {"offered_load": offered_load, "latency_percentiles": latency_percentiles,
         "flush_grid": flush_grid, "memory": memory, "cost": cost}
