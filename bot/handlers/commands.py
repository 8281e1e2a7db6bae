"""Every command, in the order in which they are tried."""

from bot.handlers import (
    aliases,
    corrections,
    duty,
    exempting,
    grading,
    lookup,
    moments,
    orders,
    promising,
    rooms,
    stock,
    times,
)

ASKING = tuple(
    command
    for router in (lookup.router, duty.router, stock.router, times.router)
    for command in router.commands
)
"""Those that only ask for something."""
COMMANDS = tuple(
    command
    for router in (
        lookup.router,
        orders.router,
        exempting.router,
        grading.router,
        promising.router,
        moments.router,
        duty.router,
        stock.router,
        aliases.router,
        corrections.router,
        times.router,
        rooms.router,
    )
    for command in router.commands
)
