"""Where and with what a measurement was made."""

import datetime
import os
import pathlib
import platform
import subprocess


def describe(root, postgres_bin, rounds):
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": processor(), "cores": os.cpu_count(),
        "memory_gib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30,
        "system": f"{system()}, Linux {platform.release()}",
        "versions": ", ".join(first_words(command) for command in (
            ["redis-server", "--version"], [str(postgres_bin / "postgres"), "--version"])),
        "commit": commit(root), "rounds": rounds}


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def system():
    release = platform.freedesktop_os_release()
    return release.get("PRETTY_NAME", "Linux")


def first_words(command):
    """'Redis server v=7.0.15 sha=…' -> 'Redis 7.0.15'"""
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    version = next(word for word in words if any(character.isdigit() for character in word))
    return f"{words[0].strip('()')} {version.removeprefix('v=')}".replace("postgres", "Postgres")


def commit(root):
    def git(*words):
        return subprocess.run(["git", "-C", str(root), *words], capture_output=True,
                              text=True).stdout.strip()
    return (git("rev-parse", "--short", "HEAD") or "?") + (
        ", changed" if git("status", "--porcelain", "--untracked-files=no") else "")
