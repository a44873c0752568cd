"""The provider that journeys run inside the published worker.

What it does is told by the texts it is given, so that a journey knows beforehand what comes of each.
"""

from tesla_ce_provider import BaseProvider, result


class Evidence:
    """What a result rests on, in the form that the worker wants."""

    def __init__(self, **facts):
        self._facts = facts

    def json(self):
        return self._facts


class JourneyProvider(BaseProvider):
    """Does as the text says."""

    def verify(self, request, model):
        """`score <number>` is answered with that number."""
        match request.data.split():
            case ["raise"]:
                raise ValueError("Raised, as asked")
            case ["refuse"]:
                return result.VerificationResult(False, error_message="Refused, as asked")
            case ["score", score]:
                audit = Evidence(read=request.data)
                return result.VerificationResult(True, result=float(score), audit=audit)
