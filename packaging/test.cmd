@echo off
rem The tests on Windows, as packaging/test elsewhere. Written without a Windows machine to try it on.
setlocal
call "%~dp0setup.cmd" || exit /b 1
cd /d "%ROOT%" || exit /b 1
set FAILED=0
"%PYTHON%" -m ruff check . || set FAILED=1
"%PYTHON%" -m ruff format --check . || set FAILED=1
"%PYTHON%" -m mypy || set FAILED=1
"%PYTHON%" -c "from importlinter.cli import lint_imports_command; lint_imports_command()" || set FAILED=1
set QT_QPA_PLATFORM=offscreen
"%PYTHON%" -m pytest %* || set FAILED=1
exit /b %FAILED%
