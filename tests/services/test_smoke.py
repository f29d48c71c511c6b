async def test_whole(desk):
    case_id = await desk.answered()
    assert (await desk.card(case_id)).state == "answered"
