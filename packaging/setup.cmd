@echo off
rem Called by run.cmd and test.cmd: makes .venv and gives PYTHON. Written without a Windows machine to try it on.
for %%I in ("%~dp0..") do set "ROOT=%%~fI"
set "VENV=%ROOT%\.venv"
set "PYTHON=%VENV%\Scripts\python.exe"
set "LOCK=%ROOT%\packaging\requirements.lock"
if exist "%PYTHON%" if exist "%VENV%\installed.lock" (
    fc /b "%LOCK%" "%VENV%\installed.lock" >nul 2>&1 && exit /b 0
)
py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>&1 || (
    echo Baton needs Python 3.11 or newer. Install it from python.org, with the py launcher. 1>&2
    exit /b 1
)
if not exist "%PYTHON%" py -3 -m venv "%VENV%" 1>&2 || exit /b 1
"%PYTHON%" -m pip install --disable-pip-version-check --no-input --require-hashes -r "%LOCK%" 1>&2 || exit /b 1
copy /y /b "%LOCK%" "%VENV%\installed.lock" >nul
