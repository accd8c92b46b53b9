"""What JupyterLab is told when `linkstrata lab` starts it. Why is said in lab.py."""

from traitlets.config import get_config

from linkstrata.suite.lab import without_outputs

configuration = get_config()
configuration.ServerApp.ip = "127.0.0.1"
configuration.Application.log_level = "WARN"
configuration.ServerApp.allow_root = True  # in containers everybody is; nobody else can reach it
configuration.LabApp.news_url = None
configuration.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
configuration.LabApp.extension_manager = "readonly"
configuration.FileContentsManager.pre_save_hook = without_outputs
