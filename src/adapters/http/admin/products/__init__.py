"""/admin/products"""
