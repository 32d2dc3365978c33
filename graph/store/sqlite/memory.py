"""What SQLite frees stays with the process, for the next statement."""

_BLOCK = 1 << 20


def keep_freed() -> None:
    """Have the system's allocator hand freed memory back only where there is twice a block of it.

    A statement takes and frees some 100 kB for each list that it orders. glibc gives the top of a heap back as soon as
    128 kB are free there, and asks for it anew, page by page, for the next list: most of what a statement of ten lists
    takes. It raises that by itself once a larger block was freed (mallopt(3), M_MMAP_THRESHOLD). Elsewhere nothing
    changes.
    """
    bytes(_BLOCK)
