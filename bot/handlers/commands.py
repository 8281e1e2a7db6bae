"""Every command, in the order in which they are tried."""

from bot.handlers import duty, lookup, orders, stock
from bot.handlers import help as help_words
from bot.router import Router

ROUTERS = (lookup.router, orders.router, duty.router, stock.router)
router = Router()
for source in (help_words.install(ROUTERS), *ROUTERS):
    router.commands.extend(source.commands)
