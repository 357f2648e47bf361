"""``flask --app flaskr export``: a blog as files that other programs read."""


def export(app, path, *options):
    """What the command says."""
    return app.test_cli_runner().invoke(args=["export", *options, str(path)])


def export_well(app, path, *options):
    result = export(app, path, *options)
    assert result.exit_code == 0, result.output
    return result.output
