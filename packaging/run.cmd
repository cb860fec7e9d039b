@echo off
rem Baton on Windows, as packaging/run elsewhere. Written without a Windows machine to try it on.
setlocal
call "%~dp0setup.cmd" || exit /b 1
"%PYTHON%" "%ROOT%\main.py" %*
exit /b %ERRORLEVEL%
