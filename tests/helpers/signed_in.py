"""People of a real server, each at a database opened by their own sign-in, with the guards on and the server's time."""

from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from app.models import Account
from app.models.database import Database
from app.models.scram import scram_verifier

PASSWORD = "пароль для проверки"


async def make_sign_ins(database):
    """Give everyone of the region a sign-in; gives logins by person id. Safe to repeat."""
    async with database.write() as connection:
        accounts = (await connection.execute(select(Account.person_id, Account.login))).all()
        for account in accounts:
            made = func.guard.make_account(account.person_id, account.login, scram_verifier(PASSWORD))
            await connection.execute(select(made))
    return {account.person_id: account.login for account in accounts}


def url_of(database, login):
    """The address by which somebody signs in to this server."""
    url = make_url(database.url).set(username=login, password=PASSWORD)
    return url.render_as_string(hide_password=False)


async def open_signed_in(desk):
    """Everyone at the desk acts by their own sign-in from now on; gives the databases that were opened."""
    await make_sign_ins(desk.database)
    return await sign_in(desk)


async def sign_in(desk):
    """The same where the sign-ins were made before."""
    async with desk.database.read() as connection:
        logins = dict((await connection.execute(select(Account.person_id, Account.login))).all())
    opened = []
    for place in desk.people.values():
        place.database = await Database.open(url_of(desk.database, logins[place.person.id]))
        opened.append(place.database)
    return opened
