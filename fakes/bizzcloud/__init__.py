"""A stand-in for Bizzcloud: hosted Odoo with the Odoo 8 data model."""
