"""/admin/discounts"""
