"""/admin/orders"""
