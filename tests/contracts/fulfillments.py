"""What every way of shipping, and the list of them, promises."""

import json

import pytest

from core.domain.errors import NotFound
from ports.fulfillments import FulfillmentProvider, FulfillmentProviders


class FulfillmentProviderContract:
    @pytest.fixture
    def provider(self) -> FulfillmentProvider:
        raise NotImplementedError

    def test_options_have_ids_and_are_json(self, provider: FulfillmentProvider) -> None:
        options = provider.options()

        assert options
        assert all(isinstance(option["id"], str) for option in options)
        json.dumps(options)

    def test_changing_an_answer_changes_nothing(self, provider: FulfillmentProvider) -> None:
        provider.options()[0]["id"] = "changed"

        assert provider.options()[0]["id"] != "changed"

    def test_data_of_an_offered_option_passes(self, provider: FulfillmentProvider) -> None:
        data: dict[str, object] = {"note": "ring twice"}
        kept = provider.validate(provider.options()[0], data)

        assert kept["note"] == "ring twice"
        assert kept is not data


class FulfillmentProvidersContract:
    @pytest.fixture
    def providers(self) -> FulfillmentProviders:
        raise NotImplementedError

    def test_manual_is_there(self, providers: FulfillmentProviders) -> None:
        assert "manual" in providers.ids()
        assert providers.get("manual").id == "manual"

    def test_unknown_provider_is_refused(self, providers: FulfillmentProviders) -> None:
        with pytest.raises(NotFound):
            providers.get("nowhere")
