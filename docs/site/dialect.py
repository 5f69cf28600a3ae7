# SPDX-License-Identifier: Apache-2.0
"""What Doxygen is given instead of a file: pages and headers, line for line, with what Doxygen would misread put in its own words.

Pages     headings get the names that other pages link to, links to files of the repository lead to the site's copies,
          blocks of code say their language in Doxygen's way.
Headers   the words of a contract (Shapes, Needs, Cost, Errors, Source) become paragraphs of their own, the comments beside
          fields become their documentation, and everything joins the topic of its folder.
"""
import re

import check_links
from tooling import ROOT

WORDS = ("Shapes", "Needs", "Cost", "Errors", "Source")
SPECIAL = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "@": "@@", "\\": "\\\\", "%": "\\%", "#": "\\#", "*": "\\*", "_": "\\_", "+": "\\+"}


def code_span(text):
    """A code span that Doxygen takes for one: a quote inside ends it unless there are two backticks."""
    return f"``{text}``" if "'" in text else f"`{text}`"


def escaped(text):
    """A sentence of a comment: what stands outside of backticks means nothing to Doxygen."""
    parts = re.split(r"`([^`]*)`", text)
    for i, part in enumerate(parts):
        parts[i] = code_span(part) if i % 2 else "".join(SPECIAL.get(c, c) for c in part)
    return re.sub(r"\. (?![A-Z`])", ".\\\\ ", "".join(parts))                    # a dot inside a formula ends no sentence


# ---------------------------------------------------------------- pages

def link(page, match):
    text, target = match.group(1), match.group(2)
    if re.match(r"[a-z]+:", target):
        return match.group(0)
    path, _, anchor = target.partition("#")
    goal = (page.parent / path).resolve() if path else page
    if goal.is_dir() and goal.name == "adr":
        return f"[{text}](@ref page_decisions)"
    if goal.suffix == ".md" and goal in check_links.pages(ROOT):
        return f"[{text}](@ref {check_links.site_name(ROOT, goal)}{'_' + check_links.flat(anchor) if anchor else ''})"
    if goal.suffix in (".svg", ".png"):
        return match.group(0)
    name = goal.relative_to(ROOT).as_posix()
    return f"<a href=\"files/{name}{'/' if goal.is_dir() else '.html'}\">{text}</a>"


def page_line(page, line):
    pieces = re.split(r"(`[^`]*`)", line)
    for i, piece in enumerate(pieces):
        if i % 2:
            pieces[i] = code_span(piece[1:-1])
    line = "".join(pieces)
    return re.sub(r"(?<!!)\[((?:[^\]`]|`[^`]*`)*)\]\(([^)\s]+)\)", lambda match: link(page, match), line)


def page(path):
    """A page in Doxygen's dialect of Markdown."""
    name, inside, out, used = check_links.site_name(ROOT, path), None, [], {}
    for number, line in enumerate(path.read_text().splitlines()):
        fence = re.match(r"^(\s*)(```+)\s*(\w*)", line)
        if inside is None and fence:
            inside = fence.group(2)
            language = {"cpp": ".cpp", "cmake": ".cmake", "python": ".py", "py": ".py"}.get(fence.group(3), ".unparsed")
            out.append(f"{fence.group(1)}```{{{language}}}")
            continue
        if inside is not None:
            if line.strip() == inside:
                inside = None
            out.append(line)
            continue
        heading = re.match(r"^(#+)\s+(.*?)\s*#*$", line)
        if heading:
            anchor = check_links.slug(heading.group(2), used)
            identity = name if heading.group(1) == "#" and number == 0 else f"{name}_{check_links.flat(anchor)}"
            out.append(f"{heading.group(1)} {heading.group(2).replace('`', '')} {{#{identity}}}")
        else:
            out.append(page_line(path, line))
    return out


# ---------------------------------------------------------------- headers

def block(indent, lines):
    """A comment of several lines: each sentence and each part of the contract on one line, as many lines as before."""
    parts, word = [""], None
    for text in lines:
        part = re.match(rf" ({'|'.join(WORDS)}) {{2,}}(.*)", text)
        if part:
            word = part.group(1).lower()
            parts.append(f"@{word} {escaped(part.group(2))}")
        elif word is None and re.match(r" {3,}\S", text):                     # a table or an example, as it stands
            parts.append("<br>" + escaped(text.strip()).replace("  ", "&ensp; "))
        elif not text.strip():
            parts.append("")
            word = None
        elif word is not None and not re.match(r" {3,}", text):
            parts.append(escaped(text.strip()))
            word = None
        else:
            parts[-1] += (" " if parts[-1] else "") + escaped(text.strip())
    out = []
    for i, part in enumerate(parts):
        if i and part.startswith("@") and len(out) + len(parts) - i < len(lines):
            out.append("")
        out.append(part)
    out = out[:len(lines)] if len(out) > len(lines) else out + [""] * (len(lines) - len(out))
    return [f"{indent}/// {text}".rstrip() for text in out]


def field(line):
    """A field with a comment beside it, in a struct that stands in a namespace."""
    match = re.match(r"^(  [A-Za-z][\w:<>,.\[\]&*\s]*?\s[\w\[\]]+(?:\s*=[^;]*|\{[^;]*\})?;)\s*//\s(.*)$", line)
    if match and not re.match(r"\s*(return|using|throw|case|else|delete|static_assert|typedef)\b", line):
        return f"{match.group(1)}  ///< {escaped(match.group(2))}"
    return line


def header(path):
    folder = path.relative_to(ROOT / "include" / "tutti").parts
    topic = folder[0] if len(folder) > 1 else "core"
    lines, out, i, longer = path.read_text().splitlines(), [], 0, 0
    while i < len(lines):
        match = re.match(r"^(\s*)///(?!/)", lines[i])
        if not match:
            if re.match(r"template <", lines[i]) and any(line.startswith("concept ") for line in lines[i + 1:i + 2]):
                out.append("/// A requirement; its definition says which.")      # Doxygen links to concepts without a word as well
                longer += 1
            options = re.match(r"struct \w+(Options|Report) \{", lines[i])
            if options and not lines[i - 1].startswith("///"):                    # its fields have their words beside them
                words = {"Options": "What can be chosen, with its defaults.", "Report": "What was noticed."}
                out += [f"/// @ingroup {topic}", f"/// {words[options.group(1)]}"]
                longer += 2
            if lines[i] or not longer:
                out.append(field(re.sub(r"(?<=\d)'(?=\d)", "", lines[i])))    # Doxygen takes these for quotes
            else:
                longer -= 1                                                   # so that lines keep their numbers, more or less
            i += 1
            continue
        texts = []
        while i < len(lines) and re.match(r"^\s*///(?!/)", lines[i]):
            texts.append(lines[i].strip()[3:])
            i += 1
        if lines[i:i + 1] and lines[i].startswith("namespace "):  # it is about this header, not about the namespace
            out.append("/// @file")
            longer += 1
        elif not match.group(1) and not any(line.startswith("concept ") for line in lines[i:i + 3]):   # Doxygen 1.9 loses these
            out.append(f"/// @ingroup {topic}")
            longer += 1
        out += block(match.group(1), texts)
    return out


def translated(path):
    return "\n".join(page(path) if path.suffix == ".md" else header(path)) + "\n"
