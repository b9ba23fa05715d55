"""The results as text."""

from results import Missing


def number(value):
    """Three significant digits, or whole with its thousands set apart."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value else "0"


def with_spread(samples, unit=""):
    if samples is None:
        return ""
    text = number(samples.median) + (f" {unit}" if unit else "")
    if len(samples.values) > 1:
        text += f" ({number(min(samples.values))}–{number(max(samples.values))})"
    return text


def columns(lines, header):
    widths = [max(len(line[i]) for line in [header] + lines) for i in range(len(header))]
    rule = ["─" * width for width in widths]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
                     for line in [header, rule] + lines)


def rows_table(results, judge):
    lines = []
    for row in results.rows:
        if isinstance(row, Missing):
            lines.append([row.what, "–", "", "", "", f"missing: {row.why}"])
            continue
        met = {True: "yes", False: "NO", None: ""}[row.met()] if judge else ""
        reference = with_spread(row.reference, row.unit) if row.reference else ""
        judged = with_spread(row.judged) if row.judged is not row.value else ""
        lines.append([row.what, with_spread(row.value, row.unit), reference, judged, row.target(),
                      met])
    return columns(lines, ["what", "value", "reference", "ratio", "target", "met"])


def cpu_table(results):
    lines = [[workload, process, with_spread(samples)]
             for workload, processes in results.cpu.items()
             for process, samples in processes.items()]
    return columns(lines, ["workload", "process", "CPU seconds per million comments"])


def parts_table(results):
    lines = [[part, number(nanoseconds)] for part, nanoseconds in results.parts.items()]
    return columns(lines, ["part of a hot path", "ns per change"])


def where(machine):
    return (f"{machine['date']}  {machine['processor']}, {machine['cores']} cores, "
            f"{machine['memory_gib']:.0f} GiB, {machine['system']}\n"
            f"{machine['versions']}, Inkwell {machine['commit']}")


def head(machine):
    return (f"{where(machine)}\n"
            "Servers, references and load generator share these cores. Medians of "
            f"{machine['rounds']} interleaved rounds, with (least–most).")
