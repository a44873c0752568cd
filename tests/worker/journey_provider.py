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
            case ["later"]:
                return self._later(request)
            case ["score", score]:
                return self._scored(request.data, float(score))

    def on_notification(self, key, info):
        """What was put off is answered with the number that the notification holds."""
        verified = self._scored(key, info["score"])
        late = result.VerificationDelayedResult(info["learner_id"], info["request_id"], verified)
        self.update_delayed_result(late)

    def _later(self, request):
        info = {"learner_id": None, "request_id": request.request_id, "score": 0.6}
        key = f"request {request.request_id}"
        self.update_or_create_notification(result.NotificationTask(key, countdown=1, info=info))
        return result.VerificationDelayedResult(None, request.request_id, None)

    @staticmethod
    def _scored(text, score):
        return result.VerificationResult(True, result=score, audit=Evidence(read=text))
