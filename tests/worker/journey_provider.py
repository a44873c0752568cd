"""The provider that journeys run inside the published worker.

What it does is told by the texts it is given, so that a journey knows beforehand what comes of each.
A model holds the texts of the samples that it was made from.
"""

from tesla_ce_provider import BaseProvider, result
from tesla_ce_provider.models.fr import FRValidationData


class Evidence:
    """What a result rests on, in the form that the worker wants."""

    def __init__(self, **facts):
        self._facts = facts

    def json(self):
        return self._facts


class JourneyProvider(BaseProvider):
    """Does as the text says."""

    def validate_sample(self, sample, validation_id):
        """All is valid but `invalid`; how long a text is goes with it."""
        if sample.data == "invalid":
            return result.ValidationResult(False, error_message="Invalid, as asked")
        found = FRValidationData()
        found.set_provider(self.provider_id, self.info["acronym"], self.info["version"])
        found.set_instrument(self.instrument["id"], "fr")
        found.set_info({"length": len(sample.data)})
        return result.ValidationResult(True, info=found.to_json(), contribution=0.5)

    def enrol(self, samples, model=None):
        """Two samples are a whole model, but one is enough to go by."""
        texts = model["texts"] if model else {}
        for sample in samples:
            if sample.data == "raise":
                raise ValueError("Raised, as asked")
            [validation] = sample.validations
            if validation.info["length"] != len(sample.data):
                raise ValueError("not the validation of this sample")
            texts[str(sample.sample_id)] = sample.data
        percentage = min(1.0, len(texts) / 2)
        used = [int(sample_id) for sample_id in texts]
        return result.EnrolmentResult({"texts": texts}, percentage, True, used_samples=used)

    def verify(self, request, model):
        """`score <number>` is answered with that number, any other text by the model."""
        match request.data.split():
            case ["raise"]:
                raise ValueError("Raised, as asked")
            case ["refuse"]:
                return result.VerificationResult(False, error_message="Refused, as asked")
            case ["later"]:
                return self._later(request)
            case ["score", score]:
                return self._scored(request.data, float(score))
            case _:
                is_known = request.data in model["texts"].values()
                return self._scored(request.data, float(is_known))

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
