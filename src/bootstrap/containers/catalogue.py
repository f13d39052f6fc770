"""What the shop sells, where, at which prices, and the files that belong to it."""

from dependency_injector.providers import Factory

from bootstrap.containers.foundation import Foundation
from core.use_cases.category.create_category import CreateCategory
from core.use_cases.category.delete_category import DeleteCategory
from core.use_cases.category.update_category import UpdateCategory
from core.use_cases.customer_group.change_members import ChangeGroupMembers
from core.use_cases.customer_group.edit_customer_groups import (
    CreateCustomerGroup,
    DeleteCustomerGroup,
    UpdateCustomerGroup,
)
from core.use_cases.discount.add_region import AddRegion
from core.use_cases.discount.change_condition import ChangeCondition
from core.use_cases.discount.create_condition import CreateCondition
from core.use_cases.discount.create_discount import CreateDiscount
from core.use_cases.discount.create_dynamic_code import CreateDynamicCode
from core.use_cases.discount.delete_condition import DeleteCondition
from core.use_cases.discount.delete_discount import DeleteDiscount
from core.use_cases.discount.delete_dynamic_code import DeleteDynamicCode
from core.use_cases.discount.remove_region import RemoveRegion
from core.use_cases.discount.update_discount import UpdateDiscount
from core.use_cases.gift_card.create_gift_card import CreateGiftCard
from core.use_cases.gift_card.delete_gift_card import DeleteGiftCard
from core.use_cases.gift_card.update_gift_card import UpdateGiftCard
from core.use_cases.media.delete_media import DeleteMedia
from core.use_cases.media.show_media import LinkMedia, ShowUpload
from core.use_cases.media.upload_media import UploadMedia
from core.use_cases.price_list.create_price_list import CreatePriceList
from core.use_cases.price_list.update_price_list import DeletePriceList, DropPrices, PutPrices, UpdatePriceList
from core.use_cases.product.collect_products import CategorizeProducts, CollectProducts, ReleaseProducts
from core.use_cases.product.create_product import CreateProduct
from core.use_cases.product.delete_product import DeleteProduct
from core.use_cases.product.edit_options import AddOption, RemoveOption, RenameOption
from core.use_cases.product.edit_variants import AddVariant, ChangeVariant, RemoveVariant
from core.use_cases.product.update_product import UpdateProduct
from core.use_cases.product_file.cancel_upload import CancelUpload
from core.use_cases.product_file.check_product_file import CheckProductFile
from core.use_cases.product_file.complete_upload import CompleteUpload
from core.use_cases.product_file.discard_product_file import DiscardProductFile
from core.use_cases.product_file.link_parts import LinkParts
from core.use_cases.product_file.link_product_file import LinkProductFile
from core.use_cases.product_file.remove_product_file import RemoveProductFile
from core.use_cases.product_file.start_upload import StartUpload
from core.use_cases.product_file.sweep_orphan_files import SweepOrphanFiles
from core.use_cases.product_file.sweep_uploads import SweepUploads
from core.use_cases.product_file.upload_product_file import UploadProductFile
from core.use_cases.publishable_key.change_channels import ChangeKeyChannels, LinkKeyChannels
from core.use_cases.publishable_key.edit_publishable_keys import (
    CreatePublishableKey,
    DeletePublishableKey,
    RenamePublishableKey,
    RevokePublishableKey,
)
from core.use_cases.reference.edit_records import CreateRecord, RemoveRecord, UpdateRecord
from core.use_cases.region.create_region import CreateRegion
from core.use_cases.region.delete_region import DeleteRegion
from core.use_cases.region.list_fulfillment_options import ListFulfillmentOptions
from core.use_cases.region.parts import RegionParts
from core.use_cases.region.update_region import AddToRegion, TakeFromRegion, UpdateRegion
from core.use_cases.sales_channel.change_products import ChangeChannelProducts
from core.use_cases.sales_channel.edit_sales_channels import (
    CreateSalesChannel,
    DeleteSalesChannel,
    UpdateSalesChannel,
)
from core.use_cases.shipping.create_shipping_option import CreateShippingOption
from core.use_cases.shipping.delete_shipping_option import DeleteShippingOption
from core.use_cases.shipping.edit_profiles import CreateShippingProfile, DeleteShippingProfile, UpdateShippingProfile
from core.use_cases.shipping.update_shipping_option import UpdateShippingOption
from core.use_cases.store.edit_store import AddCurrency, PriceCurrency, RemoveCurrency, UpdateStore
from core.use_cases.tax_rate.edit_tax_rates import CreateTaxRate, DeleteTaxRate, LinkTaxRate, UpdateTaxRate
from core.use_cases.variant_reference.add_variant_reference import AddVariantReference
from core.use_cases.variant_reference.move_variant_reference import MoveVariantReference
from core.use_cases.variant_reference.remove_variant_reference import RemoveVariantReference

begin, look, clock, ids = Foundation.begin, Foundation.look, Foundation.clock, Foundation.ids


class Catalogue(Foundation):
    """Use cases by which staff set the shop up and fill it."""

    # Gift cards.
    create_gift_card = Factory(CreateGiftCard, begin, ids)
    update_gift_card = Factory(UpdateGiftCard, begin, clock, ids)
    delete_gift_card = Factory(DeleteGiftCard, begin, clock)

    # The shop, where it sells and how it ships.
    update_store = Factory(UpdateStore, begin)
    add_currency = Factory(AddCurrency, begin)
    remove_currency = Factory(RemoveCurrency, begin)
    price_currency = Factory(PriceCurrency, begin)
    region_parts = Factory(
        RegionParts, Foundation.payment_providers, Foundation.fulfillment_providers, Foundation.tax_providers
    )
    create_region = Factory(CreateRegion, begin, region_parts, ids)
    update_region = Factory(UpdateRegion, begin, region_parts)
    add_to_region = Factory(AddToRegion, begin, region_parts)
    take_from_region = Factory(TakeFromRegion, begin)
    delete_region = Factory(DeleteRegion, begin, clock)
    list_fulfillment_options = Factory(ListFulfillmentOptions, look, Foundation.fulfillment_providers)
    create_shipping_option = Factory(CreateShippingOption, begin, Foundation.fulfillment_providers, ids)
    update_shipping_option = Factory(UpdateShippingOption, begin, ids)
    delete_shipping_option = Factory(DeleteShippingOption, begin, clock)
    create_shipping_profile = Factory(CreateShippingProfile, begin, ids)
    update_shipping_profile = Factory(UpdateShippingProfile, begin)
    delete_shipping_profile = Factory(DeleteShippingProfile, begin, clock)

    # Price lists and special tax rates.
    create_price_list = Factory(CreatePriceList, begin, ids)
    update_price_list = Factory(UpdatePriceList, begin, ids)
    delete_price_list = Factory(DeletePriceList, begin, clock)
    put_prices = Factory(PutPrices, begin, ids)
    drop_prices = Factory(DropPrices, begin)
    create_tax_rate = Factory(CreateTaxRate, begin, ids)
    update_tax_rate = Factory(UpdateTaxRate, begin)
    link_tax_rate = Factory(LinkTaxRate, begin)
    delete_tax_rate = Factory(DeleteTaxRate, begin, clock)

    # Where things are sold, by which storefronts, and to whom.
    create_sales_channel = Factory(CreateSalesChannel, begin, ids)
    update_sales_channel = Factory(UpdateSalesChannel, begin)
    delete_sales_channel = Factory(DeleteSalesChannel, begin, clock)
    change_channel_products = Factory(ChangeChannelProducts, begin)
    create_publishable_key = Factory(CreatePublishableKey, begin, ids)
    link_key_channels = Factory(LinkKeyChannels, begin)
    rename_publishable_key = Factory(RenamePublishableKey, begin)
    revoke_publishable_key = Factory(RevokePublishableKey, begin, clock)
    delete_publishable_key = Factory(DeletePublishableKey, begin, clock)
    change_key_channels = Factory(ChangeKeyChannels, begin)
    create_customer_group = Factory(CreateCustomerGroup, begin, ids)
    update_customer_group = Factory(UpdateCustomerGroup, begin)
    delete_customer_group = Factory(DeleteCustomerGroup, begin, clock)
    change_group_members = Factory(ChangeGroupMembers, begin)

    # Products and their files.
    create_product = Factory(CreateProduct, begin, ids)
    update_product = Factory(UpdateProduct, begin, clock, ids)
    delete_product = Factory(DeleteProduct, begin, clock)
    add_variant = Factory(AddVariant, begin, ids)
    change_variant = Factory(ChangeVariant, begin, ids)
    remove_variant = Factory(RemoveVariant, begin, clock)
    add_variant_reference = Factory(AddVariantReference, begin, ids)
    move_variant_reference = Factory(MoveVariantReference, begin)
    remove_variant_reference = Factory(RemoveVariantReference, begin, clock)
    add_option = Factory(AddOption, begin, ids)
    rename_option = Factory(RenameOption, begin)
    remove_option = Factory(RemoveOption, begin)

    # What products are sorted by.
    create_category = Factory(CreateCategory, begin, ids)
    update_category = Factory(UpdateCategory, begin)
    delete_category = Factory(DeleteCategory, begin, clock)
    categorize_products = Factory(CategorizeProducts, begin)
    collect_products = Factory(CollectProducts, begin)
    release_products = Factory(ReleaseProducts, begin)
    create_record = Factory(CreateRecord, begin, ids)
    update_record = Factory(UpdateRecord, begin)
    remove_record = Factory(RemoveRecord, begin, clock)

    # Files.
    upload_media = Factory(UploadMedia, begin, Foundation.file_store, ids)
    show_upload = Factory(ShowUpload, look, Foundation.file_store, Foundation.public_files)
    link_media = Factory(LinkMedia, look, Foundation.file_store)
    delete_media = Factory(DeleteMedia, begin, Foundation.file_store, clock)
    upload_product_file = Factory(
        UploadProductFile, begin, Foundation.file_store, clock, ids, Foundation.upload_settings
    )
    check_product_file = Factory(CheckProductFile, begin, Foundation.file_store, Foundation.upload_settings)
    discard_product_file = Factory(DiscardProductFile, begin, Foundation.file_store)
    remove_product_file = Factory(RemoveProductFile, begin, clock)
    link_product_file = Factory(LinkProductFile, look, Foundation.file_store)
    start_upload = Factory(StartUpload, begin, Foundation.part_uploads, clock, ids, Foundation.upload_settings)
    link_parts = Factory(LinkParts, look, Foundation.part_uploads, clock)
    complete_upload = Factory(
        CompleteUpload, begin, Foundation.part_uploads, Foundation.file_store, clock, Foundation.upload_settings
    )
    cancel_upload = Factory(CancelUpload, begin, Foundation.part_uploads, Foundation.file_store, clock)
    sweep_uploads = Factory(SweepUploads, begin, Foundation.part_uploads, clock)
    sweep_orphan_files = Factory(SweepOrphanFiles, look, Foundation.file_store, clock)

    # Discounts.
    create_discount = Factory(CreateDiscount, begin, clock, ids)
    update_discount = Factory(UpdateDiscount, begin, ids)
    delete_discount = Factory(DeleteDiscount, begin, clock)
    create_dynamic_code = Factory(CreateDynamicCode, begin, clock, ids)
    delete_dynamic_code = Factory(DeleteDynamicCode, begin, clock)
    add_discount_region = Factory(AddRegion, begin)
    remove_discount_region = Factory(RemoveRegion, begin)
    create_discount_condition = Factory(CreateCondition, begin, ids)
    change_discount_condition = Factory(ChangeCondition, begin)
    delete_discount_condition = Factory(DeleteCondition, begin)
