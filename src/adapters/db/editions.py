"""Which tables readers hold something of, so that a write to one of them ends what was kept of it.

Kept answers name the state of the catalogue they show (``ports.glances.Edition``); a commit moves it on when
it wrote to one of these.
"""

EDITION = ("catalogue", "pricing")
"""The versions that together number the states of the catalogue: both only count up, so does their sum."""
ALL_PRODUCTS = "all_products"
"""The version that moves on with writes after which other products than those written may look different."""

# What readers of the catalogue may be shown, and from where they look at it.
CATALOGUE = frozenset(
    {
        "money_amounts",
        "product_categories",
        "product_category_products",
        "product_collections",
        "product_files",
        "product_images",
        "product_option_values",
        "product_options",
        "product_sales_channels",
        "product_tag_links",
        "product_tags",
        "product_types",
        "product_variants",
        "products",
        "publishable_api_key_sales_channels",
        "publishable_api_keys",
        "region_fulfillment_providers",
        "region_payment_providers",
        "sales_channels",
        "shipping_profiles",
        "stores",
        "variant_references",
    }
)
# What carts' prices follow from, and those of the catalogue.
PRICING = frozenset(
    {
        "currencies",
        "customer_group_members",
        "customer_groups",
        "discount_condition_resources",
        "discount_conditions",
        "discount_regions",
        "discount_rules",
        "discounts",
        "money_amounts",
        "price_list_customer_groups",
        "price_lists",
        "product_tax_rates",
        "product_type_tax_rates",
        "region_countries",
        "regions",
        "shipping_option_requirements",
        "shipping_options",
        "shipping_tax_rates",
        "tax_rates",
    }
)
# What nobody changes but a new version of the software.
FIXED = frozenset({"countries", "fulfillment_providers", "payment_providers", "tax_providers"})
