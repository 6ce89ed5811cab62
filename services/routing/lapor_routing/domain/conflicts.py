"""Who must never get a whistleblower's report: the body complained of, those above it and its units."""

from lapor_routing.domain.agencies import Directory


def is_party(code: str, reported: str | None, directory: Directory) -> bool:
    """Whether a body is the one complained of or took over from it, or stands above it, or is one of its units."""
    if reported is None:
        return False
    parties = {reported, *(agency.code for agency in directory.present(reported))}
    return (
        code in parties
        or any(directory.is_below(party, code) for party in parties)
        or any(above.code in parties for above in directory.same_house(code))
    )


def parties(reported: str | None, directory: Directory) -> frozenset[str]:
    """All of them, to leave them out of a choice. Few whistleblowers name a body, so this may take its time."""
    if reported is None:
        return frozenset()
    return frozenset({reported, *(body.code for body in directory if is_party(body.code, reported, directory))})
