"""Media descriptions that carry nothing for now, for stacks that cannot bring them to life again.

Where an offer has made one inactive, Pion stops its transceiver for good and webrtcbin can answer no further offer. They
are shown it as one that sends, and the server is shown the answer that the offer asked for (RFC 3264 §6.1).
"""

import re

MEDIA = re.compile(r"^(?=m=)", re.M)


def awake(offer: str) -> str:
    """The offer with everything that rests made to send."""
    return offer.replace("a=inactive\r\n", "a=sendonly\r\n")


def asleep(answer: str, offer: str) -> str:
    """The answer to the true offer: what rests there rests here."""
    session, *answered = MEDIA.split(answer)
    _, *offered = MEDIA.split(offer)
    return session + "".join(
        re.sub(r"^a=recvonly\r$", "a=inactive\r", here, flags=re.M) if "a=inactive\r\n" in there else here
        for here, there in zip(answered, offered, strict=True))
